"""The words of titles and authors' names: what a word that was typed wrongly may have meant."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F


class Word(models.Model):
    """In lower case, without accents; from papers that everyone here may see."""

    word = models.CharField(max_length=40, primary_key=True)
    papers = models.PositiveIntegerField()  # that had it when the words were last counted

    class Meta:
        indexes: ClassVar = [GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="word_trigrams")]

    def __str__(self) -> str:
        return self.word
