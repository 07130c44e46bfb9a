import Box from "@mui/material/Box";
import { type ReactNode, useEffect, useRef, useState } from "react";

/** On a narrow screen, what is wider than the screen is scrolled by itself; a shadow at the right edge says that there is more. */
export function ScrollBox({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [hasMore, setHasMore] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => setHasMore(element.scrollWidth - element.clientWidth - element.scrollLeft > 1);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  return (
    // whatever stands around it takes its width from the screen, not from the table
    <Box sx={{ position: "relative", contain: { xs: "inline-size", md: "none" } }}>
      {/* a button's outline at the edge would be cut off where nothing is scrolled */}
      <Box ref={box} sx={{ overflowX: { xs: "auto", md: "visible" } }}>
        {children}
      </Box>
      {hasMore && (
        <Box
          aria-hidden
          sx={{
            display: { md: "none" },
            position: "absolute",
            insetBlock: 0,
            right: 0,
            width: 28,
            pointerEvents: "none",
            background: ({ palette }) => `linear-gradient(to right, transparent, rgb(0 0 0 / ${palette.mode === "dark" ? 0.7 : 0.22}))`,
          }}
        />
      )}
    </Box>
  );
}
