import datetime as dt

import time_machine

from tests.cast import NOW, sign_in
from tests.pages import get_page


@time_machine.travel(NOW + dt.timedelta(days=10), tick=False)
def test_the_desk_lists_tasks_with_a_way_to_each(client, asker):
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk"))
    links = {a["href"] for a in page.select(".work-row a")}
    assert asker.url(f"/guides/{asker.applicant.id}") in links
    assert asker.url(f"/matches/{asker.proposal.id}") in links
    assert "3 dager for sent" in page.select_one(".work-row.urgent").text


def test_the_desk_narrows_to_a_group(client, asker):
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url("/desk?group=guides"))
    assert len(page.select(".work-row")) == 1
    page = get_page(client, asker.url("/desk?group=nonsense"))
    assert len(page.select(".work-row")) == 2
