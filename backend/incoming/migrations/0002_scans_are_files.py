"""Keeps the scan of what came on paper as photos are kept: a row for each file, PDF or picture."""

import hashlib

from django.core.files.storage import default_storage
from django.db import migrations
from uuid_utils.compat import uuid7

_PDF = 'application/pdf'


def make_files(apps, _editor):
    """Make a file of each PDF, where it lies; raises StorageDown where storage cannot be read."""
    File = apps.get_model('evidence', 'File')
    rows = apps.get_model('incoming', 'IncomingDocument').objects.select_related('matter')
    for row in rows.exclude(scan_name=''):
        name = row.scan_name.name
        default_storage.upload_waiting_file(name)
        with default_storage.open(name) as opened:
            content = opened.read()
        facts = {
            'id': uuid7(), 'key': name, 'size': len(content), 'media_type': _PDF, 'state': 'stored',
            'uploaded_by_id': row.matter.opened_by_id, 'uploaded_at': row.matter.received_at,
        }
        digest = hashlib.sha256(content).hexdigest()
        row.scan = File.objects.get_or_create(sha256=digest, defaults=facts)[0]
        row.save(update_fields=['scan'])


def name_objects(apps, _editor):
    """Name the object of each PDF again; the rows of their files stay."""
    rows = apps.get_model('incoming', 'IncomingDocument').objects.select_related('scan')
    for row in rows.filter(scan__media_type=_PDF):
        row.scan_name, row.scan = row.scan.key, None
        row.save(update_fields=['scan_name', 'scan'])


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0005_pdfs_are_files'),
        ('incoming', '0001_incoming_documents'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='incomingdocument', name='incoming_one_scan'),
        migrations.RenameField(model_name='incomingdocument', old_name='scan', new_name='scan_name'),
        migrations.RenameField(model_name='incomingdocument', old_name='photo', new_name='scan'),
        migrations.RunPython(make_files, name_objects),
    ]
