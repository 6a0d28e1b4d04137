"""Coursepack: from one folder of plain files to a course that is read, printed, studied and examined."""
