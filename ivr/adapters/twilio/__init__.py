"""Twilio: its webhooks and media messages (`wire`), its REST (`rest`), and the check of a number (`check`)."""
