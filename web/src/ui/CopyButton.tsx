import Button from "@mui/material/Button";
import { useEffect, useState } from "react";

/** Copies, and says so for a moment. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), 2500);
    return () => clearTimeout(timer);
  }, [said]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      // a browser copies only for pages that it trusts
      setSaid("Select and copy manually");
    }
  }

  return (
    <Button size="small" variant="outlined" onClick={() => void copy()} aria-live="polite">
      {said ?? label}
    </Button>
  );
}
