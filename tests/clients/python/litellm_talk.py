"""A short conversation by litellm: address, question and follow-up in; JSON out."""

import json
import sys
from typing import Any

import litellm

address, question, follow_up = sys.argv[1:]


def ask(*contents: str, stream: bool = False) -> Any:
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": content} for number, content in enumerate(contents)]
    return litellm.completion(
        model="openai/political-monitoring-agent",
        api_base=f"{address}/v1",
        api_key="none",
        num_retries=0,
        messages=messages,
        stream=stream,
    )


def streamed(*contents: str) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in ask(*contents, stream=True))


whole = ask(question).choices[0].message.content
print(
    json.dumps(
        {
            "whole": whole,
            "stream": streamed(question),
            "follow_up": ask(question, whole, follow_up).choices[0].message.content,
            "follow_up_stream": streamed(question, whole, follow_up),
        }
    )
)
