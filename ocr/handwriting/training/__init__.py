"""Making the handwriting model: texts, line pictures, network, training, export (needs PyTorch)."""
