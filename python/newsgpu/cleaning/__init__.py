"""Cleaning of raw web pages: articles in, menus, notices and advertising out."""

from .article import Article
from .page import clean_page, looks_like_page

__all__ = ["Article", "clean_page", "looks_like_page"]
