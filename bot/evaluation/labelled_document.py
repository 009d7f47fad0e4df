"""A document as retrieval is measured on it."""

from pydantic import BaseModel

from bot.evaluation import json_lines


class LabelledDocument(BaseModel):
    model_config = json_lines.LENIENT

    id: json_lines.Id
    title: json_lines.Text = ""
    text: json_lines.Text
    source: json_lines.Text = ""
