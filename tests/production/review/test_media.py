from __future__ import annotations

from pathlib import Path

import pytest

from tests.production.review.videos import HEIGHT, LENGTH_S, WIDTH, make_video
from ytempire.kit.processes import ProgramFailed
from ytempire.production.review.boxes import read_boxes
from ytempire.production.review.media import measure


class TestMeasure:
    def test_measure_good_file_returns_codecs_and_size(self, tmp_path: Path) -> None:
        media = measure(make_video(tmp_path / "v.mp4"))
        assert (media.video_codec, media.video_profile, media.pixel_format) == ("h264", "High", "yuv420p")
        assert (media.width, media.height, media.frames_per_s) == (WIDTH, HEIGHT, 30)
        assert (media.audio_codec, media.sample_rate, media.faststart) == ("aac", 48_000, True)
        assert media.video_s == pytest.approx(LENGTH_S, abs=0.04)
        assert media.audio_s == pytest.approx(LENGTH_S, abs=0.04)
        assert media.loudness_lufs == pytest.approx(-14, abs=0.7)
        assert media.true_peak_db < -1
        assert media.black == media.still == media.silent == ()

    def test_measure_finds_black_frames(self, tmp_path: Path) -> None:
        media = measure(make_video(tmp_path / "v.mp4", picture="drawbox=c=black:t=fill:enable='between(t,2,3)'"))
        ((start, end),) = media.black
        assert (start, end) == (pytest.approx(2, abs=0.1), pytest.approx(3, abs=0.1))

    @pytest.mark.parametrize("start", [0, 60, 120])
    def test_measure_finds_still_picture_also_at_end(self, tmp_path: Path, start: int) -> None:
        still = f"loop=loop=130:size=1:start={start},setpts=N/30/TB,trim=duration={LENGTH_S}"
        media = measure(make_video(tmp_path / "v.mp4", picture=still))
        ((begin, end),) = media.still
        assert begin == pytest.approx(start / 30, abs=0.15)
        assert end - begin > 3.5

    def test_measure_finds_silence(self, tmp_path: Path) -> None:
        media = measure(make_video(tmp_path / "v.mp4", sound="volume=0:enable='between(t,3,6)'"))
        ((start, end),) = media.silent
        assert (start, end) == (pytest.approx(3, abs=0.1), pytest.approx(6, abs=0.1))

    def test_measure_file_that_is_no_video_raises(self, tmp_path: Path) -> None:
        file = tmp_path / "v.mp4"
        file.write_bytes(b"not a video" * 100)
        with pytest.raises(ProgramFailed):
            measure(file)


class TestBoxes:
    def test_read_boxes_faststart_only_with_index_first(self, tmp_path: Path) -> None:
        assert read_boxes(make_video(tmp_path / "fast.mp4")).faststart
        assert not read_boxes(make_video(tmp_path / "slow.mp4", faststart=False)).faststart

    def test_read_boxes_returns_picture_and_sound_durations(self, tmp_path: Path) -> None:
        durations = read_boxes(make_video(tmp_path / "v.mp4", audio_s=6.0)).durations_s
        assert durations == {"vide": pytest.approx(8, abs=0.04), "soun": pytest.approx(6, abs=0.04)}

    @pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 64, b"\xff\xff\xff\xffmoov" + b"\0" * 50])
    def test_read_boxes_broken_file_has_no_durations(self, tmp_path: Path, data: bytes) -> None:
        file = tmp_path / "v.mp4"
        file.write_bytes(data)
        assert read_boxes(file).durations_s == {}
