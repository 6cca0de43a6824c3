"""A short conversation by langchain-openai: address, question and follow-up in; JSON out."""

import json
import sys

from langchain_core.messages import AIMessage, HumanMessage
from langchain_openai import ChatOpenAI

address, question, follow_up = sys.argv[1:]


def talk(model: ChatOpenAI) -> dict[str, str]:
    whole = model.invoke(question)
    asked = [HumanMessage(question), AIMessage(whole.text), HumanMessage(follow_up)]
    return {
        "whole": whole.text,
        "stream": "".join(chunk.text for chunk in model.stream(question)),
        "follow_up": model.invoke(asked).text,
        "follow_up_stream": "".join(chunk.text for chunk in model.stream(asked)),
    }


common = {
    "base_url": f"{address}/v1",
    "api_key": "none",
    "model": "political-monitoring-agent",
    "max_retries": 0,
}
print(
    json.dumps(
        {
            "chat": talk(ChatOpenAI(**common, stream_usage=True)),
            "responses": talk(ChatOpenAI(**common, use_responses_api=True)),
        }
    )
)
