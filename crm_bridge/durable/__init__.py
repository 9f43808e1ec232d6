"""Work that survives the death of its process: begun once, gone on with after kill -9."""
