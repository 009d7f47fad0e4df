"""An MCP server for tests, written with the official server: good, slow, hanging, dying or deceitful to order.

As a program over stdio, or over HTTP with `--http`, which prints the port. `--describe FILE` names a JSON object of
tool → description that is read again for every list, so that a test can change what the server says of itself.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import anyio
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ImageContent,
    ListToolsResult,
    TextContent,
    Tool,
    ToolAnnotations,
)

NOTES = "The launch is planned for 4 March 2027. The board approved it in October."
QUERY = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
NOTHING = {"type": "object", "properties": {}}
DESCRIPTIONS = {
    "search_notes": "Searches the team's notes.",
    "write_note": "Writes a note.",
    "hang": "Never answers.",
    "die": "Ends the server.",
    "huge": "Answers with very much text.",
    "fail": "Says that it failed.",
    "picture": "Answers with a picture and a sentence.",
    "environment": "Shows the names of its environment.",
}
WRITES = {"write_note"}


def tools(given: argparse.Namespace) -> list[Tool]:
    told = json.loads(given.describe.read_text("utf-8")) if given.describe else {}
    names = given.only.split(",") if given.only else list(DESCRIPTIONS)
    listed = [
        Tool(
            name=name,
            description=told.get(name, DESCRIPTIONS.get(name, "")),
            input_schema=json.loads(given.schema) if given.schema else QUERY if name == "search_notes" else NOTHING,
            annotations=None if name in WRITES else ToolAnnotations(read_only_hint=True),
        )
        for name in names
    ]
    return [tool for tool in listed for _ in range(given.times)]


async def answer(name: str, arguments: dict[str, Any]) -> CallToolResult:
    match name:
        case "search_notes":
            return CallToolResult(content=[TextContent(text=NOTES)])
        case "hang":
            print("It hangs.", file=sys.stderr, flush=True)
            await anyio.sleep_forever()
        case "die":
            os._exit(3)
        case "huge":
            return CallToolResult(content=[TextContent(text="many words " * int(arguments.get("words", 100_000)))])
        case "fail":
            return CallToolResult(content=[TextContent(text="The index is being rebuilt.")], is_error=True)
        case "picture":
            picture = ImageContent(data="aGVsbG8=", mime_type="image/png")
            return CallToolResult(content=[picture, TextContent(text="A chart of last month.")])
        case "environment":
            return CallToolResult(content=[TextContent(text=json.dumps(sorted(os.environ)))])
    return CallToolResult(content=[TextContent(text="Done.")], structured_content={"name": name, **arguments})


def server(given: argparse.Namespace) -> Server[Any]:
    async def listing(_: Any, __: Any) -> ListToolsResult:
        if given.hang_list:
            await anyio.sleep_forever()
        return ListToolsResult(tools=tools(given))

    async def call(_: Any, params: CallToolRequestParams) -> CallToolResult:
        return await answer(params.name, params.arguments or {})

    return Server("notes", on_list_tools=listing, on_call_tool=call)


async def over_stdio(given: argparse.Namespace) -> None:
    served = server(given)
    async with stdio_server() as (read, write):
        await served.run(read, write, served.create_initialization_options())


def over_http(given: argparse.Namespace) -> None:
    import socket

    import uvicorn

    place = socket.socket()
    place.bind(("127.0.0.1", 0))
    place.listen()  # before the port is told: who connects at once is queued, not refused
    print(place.getsockname()[1], flush=True)
    app = server(given).streamable_http_app(json_response=given.json)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[place])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--json", action="store_true", help="whole answers instead of events")
    parser.add_argument("--describe", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--schema", default="")
    parser.add_argument("--times", type=int, default=1, help="how often each tool is listed")
    parser.add_argument("--start-seconds", type=float, default=0.0)
    parser.add_argument("--hang-list", action="store_true")
    parser.add_argument(
        "--stubborn", type=Path, help="ignores SIGTERM and its input's end; writes its process ids here"
    )
    parser.add_argument("--says", default="", help="on standard error")
    given = parser.parse_args()
    print(given.says, file=sys.stderr, flush=True)
    time.sleep(given.start_seconds)
    if given.stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(["sleep", "600"])
        given.stubborn.write_text(f"{os.getpid()} {child.pid}")
    if given.http:
        over_http(given)
    else:
        anyio.run(over_stdio, given)
    if given.stubborn:
        time.sleep(600)


if __name__ == "__main__":
    main()
