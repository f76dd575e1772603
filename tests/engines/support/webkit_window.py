#!/usr/bin/python3
"""A WebKitGTK window on a profile that lasts, driven by WebKitWebDriver.

The driver's own browser keeps nothing; this one keeps everything under --profile, so that it can be killed
and started again.
"""
import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

profile = next(flag.split("=", 1)[1] for flag in sys.argv if flag.startswith("--profile="))
os.makedirs(profile, exist_ok=True)
manager = WebKit2.WebsiteDataManager(base_data_directory=profile + "/data", base_cache_directory=profile + "/cache")
# The test's own certificate.
manager.set_tls_errors_policy(WebKit2.TLSErrorsPolicy.IGNORE)
context = WebKit2.WebContext.new_with_website_data_manager(manager)
context.get_cookie_manager().set_persistent_storage(profile + "/cookies.sqlite", WebKit2.CookiePersistentStorage.SQLITE)
context.set_automation_allowed(True)
windows = []


def create_view(_session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    window = Gtk.Window()
    window.set_default_size(390, 844)
    window.set_decorated(False)
    window.add(view)
    window.show_all()
    view.connect("close", lambda _: window.destroy())
    windows.append(window)
    return view


def started(_context, session):
    info = WebKit2.ApplicationInfo()
    info.set_name("webkit_window.py")
    session.set_application_info(info)
    session.connect("create-web-view", create_view)


context.connect("automation-started", started)
Gtk.main()
