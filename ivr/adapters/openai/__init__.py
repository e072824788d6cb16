"""Language models behind any OpenAI-compatible endpoint: a vendor's, vLLM, Ollama, llama.cpp, or our own worker."""
