"""The helpers of the lessons, by what they need; `torchnlp` is the module to import them from.

Framework-free: errors, tokens, corpora, ag_news, sampling, results, plots, quiet. PyTorch:
batches, training. Each of them at most 300 lines, to be read in one sitting.
"""
