"""The sources in the order in which they are asked.

To add one: a row of `SOURCES` in one of the files here, and of `POSTS` where the post that is answered is an object of
its own.
"""

from stance.pages.exports._records.sources import chats, convokit, hosts, networks, reddit, youtube

SOURCES = (*reddit.SOURCES, *hosts.SOURCES, *youtube.SOURCES, *convokit.SOURCES, *networks.SOURCES, *chats.SOURCES)
POSTS = (*reddit.POSTS, *hosts.POSTS, *youtube.POSTS, *networks.POSTS, *chats.POSTS)
