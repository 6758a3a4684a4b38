"""A province to try the portal with: organizations, dictionary, datasets and simulated department databases.

:mod:`portal.demo.profile` joins the pieces; each department is one JSON description and one module of the same name in
:mod:`portal.demo.departments`. Everything generated is labelled "dữ liệu mô phỏng" and follows from fixed seeds.
"""
