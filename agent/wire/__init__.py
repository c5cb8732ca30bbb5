"""The HTTP message wire: questions to an exchange within its limits, and signed requests on their way out."""
