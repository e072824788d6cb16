"""The embedded language model: llama.cpp (xllamacpp) in a worker process, asked over its OpenAI-compatible server."""
