"""Speaking with Piper voices. piper-tts is under the GPL: it is imported only inside the worker process."""
