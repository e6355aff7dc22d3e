# JupyterLab with the package, its notebooks, and its data; versions are those of uv.lock.
#
#     docker build --tag sesec .
#     docker run --rm --publish 8888:8888 sesec
#
# The last lines of its output have the address to open. More: docs/howto/try_it.md
FROM python:3.13-slim

RUN apt-get update -qq \
    && apt-get install -qq --yes --no-install-recommends git make fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home reader \
    && install --directory --owner=reader /home/reader/sesec

WORKDIR /home/reader/sesec
COPY --chown=reader . .
USER reader
RUN sh tools/setup.sh lab

EXPOSE 8888
CMD [".venv/bin/jupyter", "lab", "--ip=0.0.0.0", "--no-browser", "notebooks"]
