# A copy that stays right: whole change sets behind the last number, never half a one.
import json
import os
import urllib.request

portal, number = os.environ["PORTAL"], 0
while True:
    address = f"{portal}/api/v1/register/feed/events?after={number}&limit=100"
    with urllib.request.urlopen(address) as answer:
        *events, last = [json.loads(line) for line in answer if line.strip()]
    for event in events:  # put event["body"] into the copy, or take it out
        print(event["operation"], event["entity"]) if number else None
    reached = last["end"]["number"]
    if reached == number:
        break
    number = reached
print("up to change", number)
