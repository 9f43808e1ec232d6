"""Pages at the edge: `limit` and `cursor` in the query, `{items, next}` in the answer.

@router.get("/things")
async def things(session: Reading, page: Paging) -> PageView[ThingView]:
    return page_view(await repository.things(session, page), ThingView.of)
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from crm_bridge.core.pagination import MOST_ITEMS, Page, PageRequest


class PageView[Item](BaseModel):
    """One page of a list. Ask again with `cursor` = `next` until `next` is null."""

    items: list[Item]
    next: str | None = Field(None, description="cursor of the next page; null on the last")


async def _paging(
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS, description="most items in one page")] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of a page")] = None,
) -> PageRequest:
    return PageRequest(limit=limit, cursor=cursor)


Paging = Annotated[PageRequest, Depends(_paging)]


def page_view[Row, Item](page: Page[Row], view: Callable[[Row], Item]) -> PageView[Item]:
    """A page of rows as a page of what is shown of them."""
    return PageView(items=[view(row) for row in page.items], next=page.next)
