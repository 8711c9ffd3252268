"""The verifiers of webhooks that docs/clients.md shows, run as they stand there."""

import json
import re
import subprocess
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

ROOT = Path(__file__).resolve().parents[3]
NODE = ROOT / ".venv" / "bin" / "node"
SECRET = "whsec_" + b64encode(b"k" * 32).decode()
OTHER = "whsec_" + b64encode(b"o" * 32).decode()
BODY = json.dumps({"type": "case.opened", "data": {"number": "Ş-1"}}, ensure_ascii=False)


def shown(language: str) -> str:
    text = (ROOT / "docs" / "clients.md").read_text()
    (found,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(found)


def headers(*secrets: str, minutes: int = 0) -> dict[str, str]:
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    signed = " ".join(Webhook(s).sign("msg_1", at, BODY) for s in secrets)
    return {
        "webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed,
    }  # fmt: skip


def by_python(sent: dict[str, str], body: str) -> bool:
    told: list[Any] = []
    space: dict[str, Any] = {"print": lambda *words: told.append(words)}
    exec(shown("python"), space)
    seen: set[str] = set()
    try:
        for _again in range(2):  # a repetition is told once
            space["take"](sent, body, SECRET, seen)
    except WebhookVerificationError:
        return False
    return told == [("case.opened", {"number": "Ş-1"})]


def by_node(sent: dict[str, str], body: str) -> bool:
    program = shown("javascript") + (
        "\nconst [headers, body, secret] = JSON.parse(process.argv[1]);"
        "\ntry { console.log(verify(headers, body, secret).data.number); } catch (e) { console.log(e.message); }"
    )
    done = subprocess.run(
        [str(NODE) if NODE.exists() else "node", "--input-type=module", "-e", program,
         json.dumps([sent, body, SECRET])],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.strip() in ("Ş-1", "too old", "not signed by us"), done.stdout
    return done.stdout.strip() == "Ş-1"


@pytest.mark.parametrize("verified", [by_python, by_node])
def test_what_is_signed_by_us_and_nothing_else(verified: Any):
    assert verified(headers(SECRET), BODY)
    assert verified(headers(OTHER, SECRET), BODY)  # while a secret is exchanged
    assert not verified(headers(OTHER), BODY)
    assert not verified(headers(SECRET), BODY.replace("1", "2"))
    assert not verified(headers(SECRET, minutes=6), BODY)
