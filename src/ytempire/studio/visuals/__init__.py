"""Pictures: what is shown for each sentence, and how it is drawn.

`planner.plan` chooses scenes from what the sentences do; `drawing` turns scenes into type and shapes for libass;
`backgrounds` draws what is behind. Nothing here encodes: that is `render`. A scene never shows a value that the script
does not state, and everything drawn stays inside its area of the layout, which never overlaps the captions' area.
"""
