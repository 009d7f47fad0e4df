"""Finding passages: full text, rare words, vectors, and how they are fused."""
