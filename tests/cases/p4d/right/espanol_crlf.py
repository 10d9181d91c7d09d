# Tarea 2 - Problema 4(d): verificación de gradientes
# Autor: estudiante de intercambio
import torch

torch.manual_seed(2024)

ocultas = 6
pesos1 = torch.randn(ocultas, 1, requires_grad=True)
sesgo1 = torch.randn(ocultas, requires_grad=True)
pesos2 = torch.randn(1, ocultas, requires_grad=True)
sesgo2 = torch.randn(1, requires_grad=True)
entrada = torch.tensor([0.85], requires_grad=True)
objetivo = torch.tensor([-0.4])


def propagar(e):
    """Propagación hacia adelante con conexión residual."""
    preact = pesos1 @ e + sesgo1
    activ = torch.relu(preact)
    salida = pesos2 @ activ + sesgo2 + e
    return preact, activ, salida


preact, activ, salida = propagar(entrada)
perdida = 0.5 * (salida - objetivo).pow(2).sum()
perdida.backward()

# --- gradientes analíticos (apartado b) ---
with torch.no_grad():
    error = salida - objetivo
    mascara = (preact > 0).float()
    grad_sesgo2 = error
    grad_pesos2 = error * activ.reshape(1, -1)
    grad_sesgo1 = error * pesos2.reshape(-1) * mascara
    grad_pesos1 = (grad_sesgo1 * entrada).reshape(-1, 1)
    grad_entrada = error * (1 + (pesos2.reshape(-1) * mascara * pesos1.reshape(-1)).sum())

comparar = [
    ("sesgo2", grad_sesgo2, sesgo2.grad),
    ("pesos2", grad_pesos2, pesos2.grad),
    ("sesgo1", grad_sesgo1, sesgo1.grad),
    ("pesos1", grad_pesos1, pesos1.grad),
    ("entrada", grad_entrada, entrada.grad),
]
for nombre, analitico, automatico in comparar:
    coincide = torch.allclose(analitico, automatico, atol=1e-6)
    print(f"¿Coincide {nombre}? {'sí' if coincide else 'no'}  (dif. máx. {(analitico - automatico).abs().max().item():.2e})")
