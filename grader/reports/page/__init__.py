"""The report of a class as one file of HTML, and the page of each student.

Nothing in it comes from elsewhere: no network, no fonts, no pictures. Everything that a student
typed is escaped by the templates; `typesetting` alone makes markup of it, from a short list of
elements. The files open without JavaScript, which only sorts and filters.
"""

from grader.reports.page.writing import write_report

__all__ = ["write_report"]
