"""A local YouTube that Google's own client believes: for running, showing and testing without an account.

It is another company's service as far as the product is concerned. It keeps its own state (SQLite and files in one
folder) and knows nothing of the product; the product reaches it over HTTP alone, with Google's client. What it keeps
true, whatever is repeated, cut off or killed:

- an upload session makes at most one video, and what it acknowledged is on the disk;
- no call is served beyond its project's quota, not by one unit;
- the audience's figures are a function of the seed, the video and the sandbox's clock, never of how often one asks;
- every answer carries `X-Sandbox: ytempire`, and every id and page says that it is not YouTube's.

How a client connects. Take Google's static discovery document (it comes with `googleapiclient`), set its `rootUrl`
(and `baseUrl`) to the sandbox's address with a slash at the end, and give it to `build_from_document`. Both calls and
uploads then go to the sandbox. `client_options.api_endpoint` is not enough: it replaces the host of an upload's address
but keeps `https`. The OAuth addresses come from the client's configuration (`auth_uri`, `token_uri`), as
`POST /sandbox/projects` gives it; `oauthlib` speaks to an `http` address only with `OAUTHLIB_INSECURE_TRANSPORT=1`.
"""
