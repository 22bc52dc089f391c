"""Time in: each business day's batch, made in steps of one transaction each, so that a kill costs one step at most."""

import asyncio
from typing import TYPE_CHECKING

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.printing.commands import cutting as cuts
from services.printing.commands import rendering
from services.printing.documents import DocumentError, render, unprintable
from services.printing.documents import Piece as Page
from services.printing.domain.jobs import SHOP
from services.printing.domain.sheet_texts import template
from services.printing.store import batches, cuttings, pieces
from services.printing.store.batches import Batch, File
from services.printing.store.cuttings import Cutting, Ends
from shared.files import Files
from shared.ids import PieceId
from shared.messaging.work import Work
from shared.service import Scheduled

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()
ACTOR = "schedule"


async def make_batches(runtime: "Runtime") -> None:
    """Opens, cuts, renders and releases for as long as there is something to do."""
    while not runtime.stopping.is_set() and await step(runtime):
        pass


async def step(runtime: "Runtime") -> bool:
    """The next step of the oldest unfinished thing. Returns whether there was one that could be done."""
    async with runtime.work(actor=ACTOR) as work:
        batch = await batches.find_unfinished(work)
        open_now = None if batch else await cuttings.find_open(work)
        if batch is None and open_now is None:
            return await cuts.open_daily(work)
    if batch is not None:
        return await _finish(runtime, batch)
    assert open_now is not None
    return await _cut(runtime, open_now)


# ---- cut -----------------------------------------------------------------------------------------------------


async def _cut(runtime: "Runtime", cutting: Cutting) -> bool:
    """Reads to the end of what is known of people and licenses, then cuts."""
    if cutting.ends is None:
        ends = await _ends(runtime)
        async with runtime.work(actor=ACTOR) as work:
            await cuttings.save_ends(work, cutting.cutting_id, ends)
        return True
    async with runtime.work(actor=ACTOR) as work:
        if await cuttings.unread(work, cutting.ends):
            return False
        cut = await cuts.cut(cutting, SHOP, work)
    log.info("cut", cutting=str(cutting.cutting_id), pieces=cut)
    return True


async def _ends(runtime: "Runtime") -> Ends:
    """Where the topics that a snapshot rests on end now."""
    prefix = runtime.settings.topic_prefix
    parts = [TopicPartition(prefix + t.name, number) for t in cuts.READ_FIRST for number in range(t.partitions)]
    consumer = AIOKafkaConsumer(**runtime.kafka_options())
    await consumer.start()
    try:
        found = await consumer.end_offsets(parts)
    finally:
        await consumer.stop()
    ends: Ends = {}
    for part, end in found.items():
        ends.setdefault(part.topic, {})[str(part.partition)] = end
    return ends


# ---- render and release --------------------------------------------------------------------------------------


async def _finish(runtime: "Runtime", batch: Batch) -> bool:
    """Renders the next file of a batch; when all are, releases it."""
    async with runtime.work(actor=ACTOR) as work:
        files = await batches.files_of(work, batch.batch_id)
        unrendered = next((file for file in files if not file.sha256), None)
        pages = await _pages(runtime, work, batch, unrendered) if unrendered else []
    if unrendered is not None:
        await _render(runtime, batch, unrendered, pages)
    else:
        await _release(runtime, batch, files)
    return True


async def _pages(runtime: "Runtime", work: Work, batch: Batch, file: File) -> list[Page]:
    """What is to be printed in a file. A piece that cannot even be described is held at once."""
    found: list[Page] = []
    faulty: dict[PieceId, DocumentError] = {}
    for piece in await pieces.pieces_of_file(work, file):
        try:
            found.append(rendering.page_of(piece, batch.due_on, work.policy, runtime.settings.public_address))
        except DocumentError as error:
            faulty[piece.piece_id] = error
    if faulty:
        await rendering.hold_unprintable(faulty, work)
    return found


async def _render(runtime: "Runtime", batch: Batch, file: File, pages: list[Page]) -> None:
    """Renders a file, keeps it by its hash, and records it; holds the pieces that cannot be set, and tries again."""
    content = b""
    if pages:
        try:
            content = await asyncio.to_thread(render, pages, template(runtime.policy))
        except DocumentError:
            await _hold(runtime, pages)
            return
        sha256 = await Files(runtime.settings).put(content)
        file = File(file.batch_id, file.number, sha256, len(content), len(pages))
    async with runtime.work(actor=ACTOR) as work:
        await rendering.save_rendered(file, [rendering.piece_id(page) for page in pages], work)


async def _hold(runtime: "Runtime", pages: list[Page]) -> None:
    faulty = await asyncio.to_thread(unprintable, pages, template(runtime.policy))
    async with runtime.work(actor=ACTOR) as work:
        by_id = {page.piece_id: rendering.piece_id(page) for page in pages}
        await rendering.hold_unprintable({by_id[key]: error for key, error in faulty.items()}, work)


async def _release(runtime: "Runtime", batch: Batch, files: list[File]) -> None:
    """Keeps the manifest and gives the batch to its shop."""
    address = runtime.settings.public_address
    async with runtime.work(actor=ACTOR) as work:
        printed = await pieces.pieces_of_batch(work, batch.batch_id)
    described = [rendering.page_of(piece, batch.due_on, runtime.policy, address) for piece in printed]
    sha256 = await Files(runtime.settings).put(rendering.manifest_of(batch, files, printed, described))
    async with runtime.work(actor=ACTOR) as work:
        await rendering.release(batch, files, sha256, runtime.settings.address_of("printing"), work)
    log.info("released", batch=batch.number, files=len(files), pieces=len(printed))


SCHEDULE = (Scheduled(1.0, make_batches),)
