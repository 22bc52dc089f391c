"""The rows “look-up by number” and “look-up by misspelt name”: how they are run and how they are counted."""

from collections.abc import Callable, Sequence

from bench.lookup.client import WrongAnswer, answers, ask_all
from bench.lookup.register import Register
from bench.percents import percentile
from bench.stage import Miscounted, Stage
from ops.local.ports import free_port


async def by_number(stage: Stage) -> None:
    """Every answer is the license that was asked for."""
    register: Register = stage.shared
    paths = [stage.program.NUMBER.format(number) for number in register.numbers(stage.events + stage.warm)]
    await _run(stage, paths, lambda path, body: f'"{path[-7:]}"'.encode() in body)


async def by_misspelt_name(stage: Stage) -> None:
    """Every answer lists somebody."""
    register: Register = stage.shared
    typed = getattr(stage.program, "typed", str)
    names = register.misspelt(stage.events + stage.warm)
    await _run(stage, [stage.program.NAME.format(typed(name)) for name in names], lambda _, body: b'"number"' in body)


async def _run(stage: Stage, paths: Sequence[str], right: Callable[[str, bytes], bool]) -> None:
    register: Register = stage.shared
    port = free_port()
    await stage.start(PORT=port, REGISTER=register.database, SQLITE=register.sqlite)

    async def ready() -> bool:
        return await answers(port, paths[0])

    await stage.until(ready, "it does not answer", 0.2)
    try:
        await ask_all(port, paths[: stage.warm], right)
        async with stage.clock():
            milliseconds = await ask_all(port, paths[stage.warm :], right)
    except (WrongAnswer, OSError, EOFError) as wrong:
        raise Miscounted(f"{stage.module}: {wrong!r}") from wrong
    if len(milliseconds) != stage.events:
        raise Miscounted(f"{stage.module}: {len(milliseconds)} answers to {stage.events} questions")
    stage.measure(p50_ms=percentile(milliseconds, 50), p99_ms=percentile(milliseconds, 99))
