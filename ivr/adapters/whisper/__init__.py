"""Speech to text with Whisper (faster-whisper on CTranslate2), in a window fitted to the utterance.

`engine` runs inside a worker; `hearing` is the port's side; `guards` judges what the model wrote.
"""
