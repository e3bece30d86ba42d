"""How the learned heads were made: `python -m rules.clarity.training` writes heads.json anew (see __main__.py).

Needs numpy (it comes with the extra `encoder`). The service never imports this package.
"""
