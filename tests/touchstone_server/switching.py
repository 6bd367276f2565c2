"""The language switch of a page that answers a form, as a browser without script works it."""

from __future__ import annotations

import html
import re

from django.test import Client


def switched(client: Client, response, tag: str):
    """Press the button of a language: the hidden fields of its form go to the button's own address."""
    form = re.search(r'<form method="post">(.*?)</form>', response.content.decode(), re.DOTALL)
    assert form is not None
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1])
    address = re.search(rf'formaction="([^"]+)" lang="{tag}"', form[1])
    assert address is not None
    return client.post(address[1], {name: html.unescape(value) for name, value in fields})


def headings(response) -> list[str]:
    """What the page says in large, where neither the time nor a seal stands."""
    return re.findall(r"<h[12][^>]*>(.*?)</h[12]>", response.content.decode())
