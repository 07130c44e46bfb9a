import createClient from "openapi-fetch";
import type { components, paths } from "./schema.gen";

export type Run = components["schemas"]["RunOut"];
export type Step = components["schemas"]["StepOut"];
export type Video = components["schemas"]["VideoOut"];
export type Channel = components["schemas"]["ChannelOut"];
export type LogEntry = components["schemas"]["LogEntry"];
export type NewRun = components["schemas"]["NewRun"];
export type Options = components["schemas"]["Options"];
type Problem = components["schemas"]["Problem"];

export const api = createClient<paths>({ baseUrl: "/" });

/** An answer that is a problem, or no answer at all, in words for a person. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly hint: string | undefined,
    readonly requestId: string | undefined,
  ) {
    super(message);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or an ApiError. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new ApiError(0, "YTEMPIRE does not answer.", "Is it running? Start it with `ytempire up`.", undefined);
  }
  if (answer.data !== undefined) return answer.data;
  const problem = answer.error as Partial<Problem> | undefined;
  throw new ApiError(
    answer.response.status,
    problem?.detail ?? `The server answered ${answer.response.status}.`,
    problem?.hint ?? undefined,
    problem?.request_id,
  );
}
