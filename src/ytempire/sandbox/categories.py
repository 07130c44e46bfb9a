"""Video categories, as the United States' list has them."""

from __future__ import annotations

from collections.abc import Iterable

from ytempire.sandbox.api import Call, Operation, Resource, resource
from ytempire.sandbox.errors import ApiError

_ASSIGNABLE = {
    "1": "Film & Animation",
    "2": "Autos & Vehicles",
    "10": "Music",
    "15": "Pets & Animals",
    "17": "Sports",
    "19": "Travel & Events",
    "20": "Gaming",
    "22": "People & Blogs",
    "23": "Comedy",
    "24": "Entertainment",
    "25": "News & Politics",
    "26": "Howto & Style",
    "27": "Education",
    "28": "Science & Technology",
    "29": "Nonprofits & Activism",
}
_OTHERS = {"18": "Short Movies", "21": "Videoblogging", "30": "Movies", "42": "Shorts", "43": "Shows", "44": "Trailers"}
# Google names topics by articles of Wikipedia (topicDetails.topicCategories); these are the ones of its list of topics.
_TOPICS = {
    "1": "Film",
    "2": "Vehicle",
    "10": "Music",
    "15": "Pet",
    "17": "Sport",
    "19": "Tourism",
    "20": "Video_game_culture",
    "22": "Lifestyle_(sociology)",
    "23": "Humour",
    "24": "Entertainment",
    "25": "Politics",
    "26": "Hobby",
    "27": "Knowledge",
    "28": "Technology",
    "29": "Society",
}
_OWNER = "UCBR8-60-B28hp2BmDPdntcQ"  # the channel that Google gives for every category


def is_assignable(category_id: str) -> bool:
    return category_id in _ASSIGNABLE


def topics_of(categories: Iterable[str]) -> Resource:
    """topicDetails of what is in these categories: Google looks at what is said and shown, the sandbox does not."""
    articles = sorted({_TOPICS[category] for category in categories if category in _TOPICS})
    return {"topicCategories": [f"https://en.wikipedia.org/wiki/{article}" for article in articles]}


def list_categories(call: Call) -> Resource:
    call.parts("snippet", "id")
    call.only_english()
    wanted = call.names("id") if call.one_filter("id", "regionCode") == "id" else [*_ASSIGNABLE, *_OTHERS]
    titles = _ASSIGNABLE | _OTHERS
    for category_id in wanted:
        if category_id not in titles:
            message = "The video category identified by the id parameter cannot be found."
            raise ApiError(404, "videoCategoryNotFound", message, domain="youtube.videoCategory", location="id")
    snippets = {key: {"channelId": _OWNER, "title": titles[key], "assignable": is_assignable(key)} for key in wanted}
    items = [resource("videoCategory", id=key, snippet=snippet) for key, snippet in snippets.items()]
    return resource("videoCategoryListResponse", items=items)


OPERATIONS = (
    Operation(
        "videoCategories.list",
        "GET",
        "/youtube/v3/videoCategories",
        list_categories,
        frozenset({"part", "id", "regionCode", "hl"}),
        key_suffices=True,
    ),
)
