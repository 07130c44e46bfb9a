"""Why a source text cannot become a video; each says what to do instead."""

from __future__ import annotations

from ytempire.kit.errors import InvalidInput


class SourceMissing(InvalidInput):
    status = 404
    code = "source_missing"


class SourceUnreadable(InvalidInput):
    code = "source_unreadable"


class SourceEmpty(InvalidInput):
    code = "source_empty"


class SourceBinary(InvalidInput):
    code = "source_binary"


class SourceWithoutWords(InvalidInput):
    code = "source_without_words"


class SourceTooShort(InvalidInput):
    code = "source_too_short"


class SourceTooLong(InvalidInput):
    code = "source_too_long"


class LanguageUnsupported(InvalidInput):
    code = "language_unsupported"
