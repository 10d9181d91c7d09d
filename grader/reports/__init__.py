"""Scorecards for people and platforms: results.json, tables, pages. Pure, apart from writing."""
