// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { FactList } from "./FactList";

afterEach(cleanup);

test("facts are terms with their definitions, in the order given", () => {
  render(<FactList facts={{ Country: "US", Reports: <em>none yet</em> }} />);
  expect(screen.getAllByRole("term").map((term) => term.textContent)).toEqual(["Country", "Reports"]);
  expect(screen.getAllByRole("definition").map((definition) => definition.textContent)).toEqual(["US", "none yet"]);
});
