"""Components: YAML files and Python objects that make definitions. Read `tree` first.

A project that only has Python modules below its `defs` folder loads neither pydantic nor yaml nor
jinja2; each is imported where a `defs.yaml`, a class with fields or a template asks for it.
"""
