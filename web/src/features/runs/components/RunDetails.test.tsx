// @vitest-environment happy-dom
// @vitest-environment-options { "url": "http://localhost/" }
import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Run } from "../../../api/client";
import { answerApi, show } from "../../../testing/api";
import { RunDetails } from "./RunDetails";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const showScript = (evidence: object) => {
  answerApi({});
  const run = { id: "r1", steps: [{ name: "script", evidence: { text: ["Bees keep warm."], planned_s: 60, ...evidence } }] };
  show(<RunDetails run={run as unknown as Run} video={undefined} onSeek={() => undefined} />);
};

test("a script that the language model did not write says why", () => {
  showScript({ model_fallback: "house-model gave no usable script in 1 attempt: It refuses: “No.”." });
  expect(screen.getByText(/^Not written by the language model\. house-model gave no usable script/)).toBeTruthy();
  expect(screen.getByText("Bees keep warm.")).toBeTruthy();
});

test("a script template that was not followed is named", () => {
  showScript({ template_fallback: "It was not followed: the extractive writer takes sentences of the source as they are." });
  expect(screen.getByText(/^Script template: It was not followed/)).toBeTruthy();
});

test("a script without a fallback says nothing of a language model", () => {
  showScript({ model_fallback: null, shortfall: "90 s were asked for." });
  expect(screen.queryByText(/language model/)).toBeNull();
  expect(screen.getByText(/90 s were asked for/)).toBeTruthy();
});
