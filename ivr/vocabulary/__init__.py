"""The vocabulary: the words every room shares.

Room       Ids, units, language tags, error roots, masking of digits, the event catalogue.
May enter  Nothing of `ivr`; every other room imports from here.
"""
