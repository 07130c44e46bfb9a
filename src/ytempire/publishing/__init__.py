"""From a finished video to YouTube, exactly once.

It owns publications: what a video is to be at YouTube, how far its upload is, and what became of it. It owns too what
a channel does by itself: its weekly times, and the consent to publish unasked. `service` is what other domains call;
`upload` does it, in the worker.

What always holds: a video has one publication that has not failed. The address of an upload is stored, sealed, before
its first byte is sent, and whoever goes on asks that address first. A second upload begins only when the first cannot
have become a video: its session is gone, and either its last chunk was never sent, or the channel's uploads have been
looked through long enough after. Whoever does not know says so (`unknown`) and asks again; nothing is given up in
silence. No transaction is open while YouTube is asked. That a thumbnail or captions fail never fails a video.
"""
