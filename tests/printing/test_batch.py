"""From a renewed license to a mailed envelope."""

import hashlib

import pypdfium2  # type: ignore[import-untyped]

from tests.printing.world import Educator, World


async def test_a_renewal_is_printed_the_next_business_day_and_mailed(world: World) -> None:
    anna = Educator()
    await world.renew(anna)
    assert (await world.job(anna))["stage"] == "queued"
    assert (await world.job(anna))["due_on"] == "2026-03-05"

    await world.cut_off()
    assert (await world.job(anna))["stage"] == "released"
    batch = await world.taken()
    (piece,) = await world.pieces(batch)
    await world.mailed(batch, piece)
    assert (await world.job(anna))["stage"] == "mailed"


async def test_the_files_are_what_the_manifest_says(world: World) -> None:
    people = [Educator(name=f"Person Number{n}") for n in range(3)]
    await world.renew(*people)
    await world.cut_off()
    batch = await world.taken()
    manifest = await world.get(f"/batches/{batch['batch_id']}/manifest")
    (file,) = manifest["files"]
    answer = await world.system.get("printing", f"/batches/{batch['batch_id']}/files/{file['name']}", world.token())
    assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
    pdf = pypdfium2.PdfDocument(answer.content)
    for line in manifest["pieces"]:
        text = pdf[line["page"] - 1].get_textpage().get_text_bounded()
        assert line["serial"] in text
        assert line["license_number"] in text
        assert line["mail_to"][0] in text
        assert line["mail_to"][1:] == ["12 Oak St", "Jackson, MS 39201"]
