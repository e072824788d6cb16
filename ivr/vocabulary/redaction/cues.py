"""Cues: the words that tell what a number is, per language, and those that may stand between a word and its number.

All are folded (lower case, no accents). A cue of two words is looked for before one of one word. Languages share one
table: callers mix them, and what is "pin" in one is "pin" in all. A word that is harmless in one language and a
secret's in another is a secret's.
"""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a number is."""

    CARD = "card"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 (the name of a kind)
    ID = "id"
    ACCOUNT = "account"

    AMOUNT = "amount"
    MOVED = "moved"
    "An amount, by a word that may as well be about an account: to transfer, to pay."
    DATE = "date"
    TIME = "time"
    YEAR = "year"
    ORDER = "order"
    PHONE = "phone"
    ADDRESS = "address"


SECRET: Final = frozenset({Kind.CARD, Kind.CODE, Kind.PASSWORD, Kind.ID, Kind.ACCOUNT})
"Kinds that are never shown."

_WORDS: Final[dict[str, dict[Kind, str]]] = {
    "en": {
        Kind.CARD: "card cards cart visa mastercard amex maestro debit|credit_card",
        Kind.CODE: "pin pins cvv cvv2 cvc cvc2 csc passcode otp tan code codes|security_code access_code "
        "verification_code "
        "telephone_code card_code",
        Kind.PASSWORD: "password passwords passphrase passwort|pass_word",
        Kind.ID: "ssn ssns social passport itin nino|tax_id national_id national_insurance id_number social_security "
        "tax_number licence_number license_number member_id driver_license",
        Kind.ACCOUNT: "account accounts acct acc ac iban routing swift bic savings checking|sort_code account_number",
        Kind.AMOUNT: "amount amounts balance total sum price cost costs fee fees fine limit worth spent charge charged "
        "charges bill paid deposit deposited refund",
        Kind.MOVED: "transfer transferred pay transaction transactions send withdraw owe",
        Kind.DATE: "date dated dates birthday born|date_of",
        Kind.TIME: "time timing at around",
        Kind.YEAR: "in since year until before after",
        Kind.ORDER: "order orders reference ref ticket case tracking booking reservation invoice report confirmation "
        "claim complaint|reference_number order_number",
        Kind.PHONE: "phone telephone mobile cell cellphone tel phones call|phone_number call_me reach_me call_back",
        Kind.ADDRESS: "address adress addres apartment apt zip postcode zipcode house door flat street road avenue ave "
        "unit suite room|zip_code",
    },
    "es": {
        Kind.CARD: "tarjeta tarjetas|tarjeta_de",
        Kind.CODE: "nip codigo|codigo_de clave_de",
        Kind.PASSWORD: "contrasena contrasenas clave claves",
        Kind.ID: "dni nie nif cif curp rfc rut cedula pasaporte|seguridad_social",
        Kind.ACCOUNT: "cuenta cuentas clabe",
        Kind.AMOUNT: "importe monto cantidad saldo total precio coste costo cobro cobraron cargo pagado gaste",
        Kind.MOVED: "transferir pagar transferencia enviar pague",
        Kind.DATE: "fecha fechado naci nacimiento",
        Kind.TIME: "hora las horas",
        Kind.YEAR: "en desde ano hasta",
        Kind.ORDER: "pedido orden referencia reserva factura expediente caso reclamacion seguimiento",
        Kind.PHONE: "telefono movil celular llameme llamame llamarme",
        Kind.ADDRESS: "direccion calle avenida piso puerta postal apartamento|codigo_postal",
    },
    "pt": {
        Kind.CARD: "cartao cartoes",
        Kind.CODE: "|codigo_de",
        Kind.PASSWORD: "senha senhas palavra-passe|palavra_passe",
        Kind.ID: "cpf cnpj rg identidade nif contribuinte cnh pis passaporte",
        Kind.ACCOUNT: "conta contas agencia pix",
        Kind.AMOUNT: "valor quantia saldo total preco custo cobraram cobranca limite paguei",
        Kind.MOVED: "transferir pagar transferencia enviar",
        Kind.DATE: "data nasci nascimento",
        Kind.TIME: "hora as horas",
        Kind.YEAR: "em desde ano ate",
        Kind.ORDER: "pedido encomenda referencia reserva fatura protocolo processo",
        Kind.PHONE: "telefone celular telemovel ligue ligar",
        Kind.ADDRESS: "endereco morada rua avenida andar cep apartamento",
    },
    "fr": {
        Kind.CARD: "carte cartes",
        Kind.CODE: "cryptogramme|code_secret code_pin",
        Kind.PASSWORD: "|mot_de mots_de",
        Kind.ID: "nir insee passeport siret siren|securite_sociale numero_fiscal",
        Kind.ACCOUNT: "compte comptes rib",
        Kind.AMOUNT: "montant somme solde total prix cout frais debite preleve paye",
        Kind.MOVED: "virer payer virement transferer envoyer",
        Kind.DATE: "date naissance",
        Kind.TIME: "heure vers",
        Kind.YEAR: "en depuis annee",
        Kind.ORDER: "commande reference dossier reservation facture billet colis suivi",
        Kind.PHONE: "telephone portable mobile rappelez rappeler",
        Kind.ADDRESS: "adresse rue avenue etage postal appartement|code_postal",
    },
    "de": {
        Kind.CARD: "karte karten kreditkarte kartennummer bankkarte girokarte kreditkartennummer",
        Kind.CODE: "geheimzahl prufnummer prufziffer sicherheitscode tan kartenprufnummer",
        Kind.PASSWORD: "passwort kennwort losungswort|",
        Kind.ID: "steuer-id steuernummer steueridentifikationsnummer steuer sozialversicherungsnummer "
        "personalausweis personalausweisnummer reisepass ausweisnummer rentenversicherungsnummer identifikationsnummer",
        Kind.ACCOUNT: "konto kontonummer bankleitzahl blz kundenkonto",
        Kind.AMOUNT: "betrag summe saldo kontostand preis kosten gebuhr abgebucht bezahlt hohe",
        Kind.MOVED: "uberweisen bezahlen uberweisung zahlen",
        Kind.DATE: "datum geburtsdatum geboren",
        Kind.TIME: "uhr uhrzeit um gegen",
        Kind.YEAR: "seit jahr im",
        Kind.ORDER: "bestellung bestellnummer auftrag auftragsnummer referenz vorgang vorgangsnummer rechnung "
        "rechnungsnummer buchung sendung ticketnummer",
        Kind.PHONE: "telefon telefonnummer handy handynummer mobil anrufen ruckrufnummer",
        Kind.ADDRESS: "adresse strasse hausnummer postleitzahl plz wohnung stock",
    },
    "it": {
        Kind.CARD: "carta carte bancomat",
        Kind.CODE: "|codice_di codice_segreto",
        Kind.PASSWORD: "|parola_d'ordine parola_chiave chiave_di",
        Kind.ID: "passaporto tessera|codice_fiscale partita_iva carta_d'identita",
        Kind.ACCOUNT: "conto conti",
        Kind.AMOUNT: "importo somma saldo totale prezzo costo addebito addebitato pagato cifra",
        Kind.MOVED: "trasferire pagare bonifico inviare",
        Kind.DATE: "data nato nata nascita",
        Kind.TIME: "ora ore alle verso",
        Kind.YEAR: "nel dal anno",
        Kind.ORDER: "ordine riferimento pratica prenotazione fattura spedizione segnalazione",
        Kind.PHONE: "telefono cellulare chiamatemi richiamatemi",
        Kind.ADDRESS: "indirizzo via viale piazza piano cap interno",
    },
}
_PRIORITY: Final = (*sorted(SECRET), *(kind for kind in Kind if kind not in SECRET))


def _table() -> dict[str, Kind]:
    table: dict[str, Kind] = {}
    for kind in _PRIORITY:
        for words in _WORDS.values():
            singles, _, pairs = words[kind].partition("|")
            for word in singles.split() + [pair.replace("_", " ") for pair in pairs.split()]:
                table.setdefault(word, kind)
    return table


CUES: Final = _table()
"Word, or two words with a space between, to what the number with it is. The kinds of secrets win."

CONNECTORS: Final = frozenset(
    "is are was s it its it's i'm this that the a an my your of no nr num numb "
    "number numbers numer numbr numner nos id "
    "ends end ending with in starts begins start starting last first four digit "
    "digits which here goes on as follows si "
    "es son el la los mi su numero termina en empieza ultimos cuatro digitos de del sigue "
    "e o os meu minha sao final comeca ultimos quatro da do "
    "est c'est mon ma le les se par finit commence derniers chiffres du un "
    "ist lautet meine mein die der das nummer endet mit auf beginnt letzten ziffern vier "
    "il mio mia numero finisce con inizia ultime cifre della dell di".split()
)
"May stand between a word and its number, so that the number is still the word's."

AFTERWARDS: Final[dict[Kind, frozenset[str]]] = {
    Kind.AMOUNT: frozenset(
        "dollar dollars dollare buck bucks cents cent pound pounds pence euro euros peso pesos reais real franc francs "
        "franken dolares libra libras centavos sterline dollari dollaro usd eur gbp brl mxn percent prozent "
        "days day weeks week months month years year hours hour minutes minute "
        "dias dia semanas meses mes anos ano horas "
        "minutos jours semaines mois ans heures tage tagen wochen monate monaten jahre jahren stunden minuten giorni "
        "settimane mesi anni ore minuti times people branches percento".split()
    ),
    Kind.TIME: frozenset("o'clock uhr heures".split()),
    Kind.ADDRESS: frozenset(
        "street stree streets st road rd avenue ave drive dr lane ln boulevard blvd court crescent square terrace "
        "highway colony complex apartment floor way place plaza".split()
    ),
}
"Words that tell what the number before them is: next to it; of an address, up to four words on."

CHARGED: Final = frozenset("charged debited deducted paid cobrado cobrados cobrada debite abgebucht addebitati".split())
'After a number and at most two words: "90 has been charged".'

CORRECTIONS: Final = frozenset(
    "sorry oops no wait correction actually mean apologies wrong perdon "
    "disculpa disculpe digo corrijo desculpe desculpa "
    "errado quero pardon desole excusez erreur entschuldigung nein moment falsch sorry scusi scusa sbagliato errore "
    "anzi".split()
)
"The number that follows takes the place of the one before."

NUMBER: Final = frozenset("number numero nummer rufnummer".split())

NO_PASSWORD: Final = frozenset(
    "not no wrong incorrect expired locked blocked lost forgotten too very that the a an broken invalid safe secure "
    "still being my for on from to required needed about now correct right mal incorrecta incorrecto no equivocada "
    "bloqueada bloqueado errada incorreta expirada nao vencida faux incorrect bloque oublie pas expire trop falsch "
    "gesperrt nicht abgelaufen vergessen zu sbagliata errata bloccata scaduta non working".split()
)
"After “my password is”: what is said about it, not it."

COPULAS: Final = frozenset("is are was es e est ist lautet era s it's its equals".split())
"Between the word for a password and the password."
