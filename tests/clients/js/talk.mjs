// A short conversation by each of the JavaScript clients: address, question and follow-up in; JSON out.
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
import OpenAI from "openai";

const [address, question, followUp] = process.argv.slice(2);
const baseURL = `${address}/v1`;
const model = "political-monitoring-agent";
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });

async function chatCompletions() {
  const ask = (messages) => client.chat.completions.create({ model, messages });
  const stream = async (messages) => {
    let text = "";
    const chunks = await client.chat.completions.create({ model, messages, stream: true });
    for await (const chunk of chunks) text += chunk.choices[0]?.delta?.content ?? "";
    return text;
  };
  const first = [{ role: "user", content: question }];
  const whole = (await ask(first)).choices[0].message.content;
  const second = [...first, { role: "assistant", content: whole }, { role: "user", content: followUp }];
  return {
    whole,
    stream: await stream(first),
    follow_up: (await ask(second)).choices[0].message.content,
    follow_up_stream: await stream(second),
  };
}

async function responses() {
  const stream = async (input, previous_response_id) => {
    let text = "";
    const events = await client.responses.create({ model, input, previous_response_id, stream: true });
    for await (const event of events) if (event.type === "response.output_text.delta") text += event.delta;
    return text;
  };
  const whole = await client.responses.create({ model, input: question });
  const next = await client.responses.create({ model, input: followUp, previous_response_id: whole.id });
  return {
    whole: whole.output_text,
    stream: await stream(question),
    follow_up: next.output_text,
    follow_up_stream: await stream(followUp, whole.id),
  };
}

// `response.messages` is what the library wants to be sent back: with the Responses API, references to items.
async function vercel(languageModel) {
  const stream = async (messages) => {
    let text = "";
    const { textStream } = streamText({
      model: languageModel, messages, maxRetries: 0, onError: ({ error }) => { throw error; },
    });
    for await (const part of textStream) text += part;
    return text;
  };
  const first = [{ role: "user", content: question }];
  const whole = await generateText({ model: languageModel, messages: first, maxRetries: 0 });
  const second = [...first, ...whole.response.messages, { role: "user", content: followUp }];
  const next = await generateText({ model: languageModel, messages: second, maxRetries: 0 });
  return {
    whole: whole.text,
    stream: await stream(first),
    follow_up: next.text,
    follow_up_stream: await stream(second),
    sources: whole.sources.length,
    reasoning: whole.reasoningText ?? "",
  };
}

const openai = createOpenAI({ baseURL, apiKey: "none" });
const compatible = createOpenAICompatible({ name: "polmon", baseURL });
console.log(
  JSON.stringify({
    "openai chat completions": await chatCompletions(),
    "openai responses": await responses(),
    "ai responses": await vercel(openai(model)),
    "ai chat completions": await vercel(openai.chat(model)),
    "ai compatible": await vercel(compatible(model)),
  }),
);
