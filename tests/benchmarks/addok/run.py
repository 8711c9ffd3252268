"""Runs in addok's own environment: indexes documents, then answers texts.

python run.py index DOCUMENTS     (one JSON object a line)
python run.py answer TEXTS        (one JSON string a line; answers go to standard output)
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ["ADDOK_CONFIG_MODULE"] = str(Path(__file__).parent / "conf.py")


def main(verb, path):
    from addok.config import config

    config.load()
    if verb == "index":
        from addok.batch import process_file

        process_file(path)
        return
    from addok.core import search

    with Path(path).open(encoding="utf-8") as file:
        texts = [json.loads(line) for line in file]
    for text in texts[:50]:
        search(text, limit=5, autocomplete=False)
    for text in texts:
        started = time.perf_counter()
        try:
            found = search(text, limit=5, autocomplete=False)
        except ValueError:  # it refuses texts of more than 200 characters
            found = []
        answer = {"ms": (time.perf_counter() - started) * 1000}
        if found:
            answer |= {key: getattr(found[0], key, None) for key in ("type", "address_id")}
            document = found[0]._doc
            answer["ids"] = {
                key: document.get(key)
                for key in ("address_id", "street_id", "neighbourhood_id", "landmark_id")
            }
            answer["tied"] = len(found) > 1 and found[1].score > found[0].score - 0.01
        print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
