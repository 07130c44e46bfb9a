"""The sandbox's few pages. Each says in its title and in large letters that it is not YouTube."""

from __future__ import annotations

from html import escape

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    "h1{background:#b3261e;color:#fff;padding:.5rem 1rem;font-size:1.1rem;border-radius:4px}"
    "video{width:100%;background:#000}button{font:inherit;padding:.4rem 1rem}small{color:#555}"
)


def page(title: str, content: str) -> str:
    """`content` is HTML whose texts are escaped already."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">'
        f"<title>SANDBOX – {escape(title)}</title>"
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{_STYLE}</style></head><body><h1>SANDBOX – a local imitation for tests and shows. This is not YouTube"
        f" and not Google.</h1>{content}</body></html>"
    )
