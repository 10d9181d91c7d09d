import torch

def relu_derivative(z):
    out = torch.zeros(z.shape)
    out[z > 0] = 1
    return out

torch.manual_seed(11)
h = 5
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
x = torch.tensor([0.45], requires_grad=True)
y = torch.tensor([1.3])

z1 = torch.matmul(W1, x) + b1
a1 = torch.relu(z1)
yhat = torch.matmul(W2, a1) + b2 + x
loss = (yhat - y)**2 / 2
loss.backward()
print("autograd finished")

d = (yhat - y).detach()
grad_b2 = d
grad_W2 = d * a1.detach()
delta = torch.matmul(W2.detach().T, d) * relu_derivative(z1.detach())
grad_W1 = torch.matmul(delta, x.detach().T)
grad_b1 = delta
grad_x = d + torch.matmul(W1.detach().T, delta)

print("b2:", torch.max(torch.abs(grad_b2 - b2.grad)))
print("W2:", torch.max(torch.abs(grad_W2 - W2.grad)))
print("W1:", torch.max(torch.abs(grad_W1 - W1.grad)))
print("b1:", torch.max(torch.abs(grad_b1 - b1.grad)))
print("x:", torch.max(torch.abs(grad_x - x.grad)))

# All of the differences should be about 0.
