import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { vi } from "vitest";

/** A request that was made: `POST /api/v1/users` and what was sent. */
export interface Asked {
  request: string;
  body: unknown;
}
/** The data of an answer, or a problem by its status. */
type Answer = object | Refusal;
interface Refusal {
  problem: number;
  code?: string;
  detail?: string;
  errors?: { loc: string[]; msg: string }[];
}

const isRefusal = (answer: Answer): answer is Refusal => "problem" in answer;

/**
 * Answers of the API by method and address; what is not named is empty. Returns what was asked, reading left out. For tests with
 * `// @vitest-environment-options { "url": "http://localhost/" }`.
 */
export function answerApi(answers: Record<string, Answer>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const name = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    if (request.method !== "GET") asked.push({ request: name, body: text ? JSON.parse(text) : undefined });
    const answer = answers[name] ?? { items: [], next_cursor: null };
    const status = isRefusal(answer) ? answer.problem : 200;
    const body = isRefusal(answer) ? { code: "refused", detail: "Refused.", request_id: "r1", ...answer, status } : answer;
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ETag: '"1"' } });
  });
  return asked;
}

/** As the page shows it, with an empty cache; `known` is what was read before. */
export function show(children: ReactNode, known: [queryKey: readonly unknown[], data: unknown][] = []) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  known.forEach(([queryKey, data]) => queries.setQueryData(queryKey, data));
  return render(
    <MemoryRouter>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </MemoryRouter>,
  );
}
