import { useEffect, useState } from "react";

export type SampleState = "silent" | "loading" | "playing" | "failed";

/** Plays one sound at a time; it ends when the component goes. */
export function useSample(url: string | null) {
  const [player] = useState(() => new Audio());
  const [state, setState] = useState<SampleState>("silent");

  useEffect(() => {
    const end = () => setState("silent");
    player.addEventListener("ended", end);
    return () => {
      player.removeEventListener("ended", end);
      player.pause();
    };
  }, [player]);

  function stop() {
    player.pause();
    setState("silent");
  }

  function play() {
    if (!url) return;
    player.src = url;
    setState("loading");
    player.play().then(
      () => setState("playing"),
      // stopped before it began is no failure
      (error: unknown) => setState(error instanceof Error && error.name === "AbortError" ? "silent" : "failed"),
    );
  }

  return { state, play, stop };
}
